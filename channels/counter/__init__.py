"""The counter and the telephone: staff write down what is said to them, and no adapter carries anything."""

from pathlib import Path

from channels.kinds import WayIn

WAY_IN = WayIn(kind="counter", icon="landmark", folder=Path(__file__).parent)
