"""Small shared vocabulary: ids, clock, money, text and phone folding, holidays, ports. Pure: no SQL, no HTTP."""
