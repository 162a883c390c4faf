"""Another town named right after an address: "12 rue de Paris à Vierzon" lies in Vierzon."""

import re

from kit.text import fold

_LEADING = re.compile(r"\s*(?:(?P<preposition>à|a|À|A|in)\s+|(?P<loose>[,(]\s*|aux?\s+))")
_NAME = re.compile(r"(?:(?:Le|La|Les|L)[ '’-])?[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_LARGE = frozenset(
    fold(name)
    for name in (
        "Paris Marseille Lyon Toulouse Nice Nantes Montpellier Strasbourg Bordeaux Lille Rennes Toulon Reims "
        "Grenoble Dijon Angers Villeurbanne Nîmes Brest Limoges Tours Amiens Perpignan Metz Besançon Orléans "
        "Rouen Mulhouse Caen Nancy Argenteuil Montreuil Roubaix Tourcoing Nanterre Avignon Vitry Créteil "
        "Dunkerque Poitiers Versailles Courbevoie Colombes Aubervilliers Pau Cannes Antibes Calais Béziers "
        "Bourges Vierzon Châteauroux Moulins Nevers Montluçon Vichy Drancy Mérignac Ajaccio Bastia Colmar "
        "Valence Quimper Troyes Lorient Annecy Chambéry Niort Sarcelles Pessac Vénissieux Cergy Beauvais "
        "Cholet Vannes Évry Arles Fréjus Clichy Narbonne Antony Laval Albi Belfort Blois Brive Tarbes "
        "Angoulême Périgueux Agen Montauban Carcassonne Bayonne Auxerre Évreux Chartres Mâcon Roanne Rodez "
        "Cahors Aurillac Gap Digne Privas Mende Guéret Tulle Épinal Verdun Sedan Laon Soissons Compiègne "
        "Arras Lens Douai Valenciennes Cambrai Maubeuge Dieppe Cherbourg Alençon Vire Saumur Fougères Dinan "
        "Morlaix Rochefort Royan Saintes Cognac Bergerac Libourne Arcachon Dax Biarritz Lourdes Foix Castres "
        "Millau Sète Alès Uzès Orange Carpentras Cavaillon Salon Martigues Aubagne Hyères Draguignan Grasse "
        "Menton Briançon Gex Oyonnax Thonon Sallanches Albertville Voiron Vienne Givors Rive Issoire Riom "
        "Thiers Clermont Londres London Mans Havre Bruxelles Genève Luxembourg Sancerre Issoudun Romorantin "
    ).split()
)
"""Names understood in small letters and without a preposition too."""
_EVERYDAY = frozenset("nice orange tours gap rive salon vire lens".split())
"""Large towns that are words too: they want their capital."""
_NO_TOWN = frozenset("droite gauche pied midi minuit noel paques cote angle coin hauteur partir proximite".split())


def end_of_other_town(text: str, end: int, town: str) -> int | None:
    """Where the name of another town ends that follows an address; None where none does, or the town itself.

    A town nobody knows wants "à" and a capital; a large one may follow a comma ("12 rue de Paris, Bourges").
    """
    leading = _LEADING.match(text, end)
    match = _NAME.match(text, leading.end()) if leading else None
    if leading is None or match is None:
        return None
    name = fold(match[0])
    if name.startswith(fold(town)) or name in _NO_TOWN or name.split()[0] in _NO_TOWN:
        return None
    has_capital = match[0][0].isupper()
    is_large = name in _LARGE and (has_capital or (leading["preposition"] and name not in _EVERYDAY))
    is_plain = leading["preposition"] is not None and has_capital and not text.isupper() and len(name) > 2
    return match.end() if is_large or is_plain else None


def names_other_town(text: str, town: str) -> bool:
    """Whether another town is named anywhere in a text that is a place."""
    return any(end_of_other_town(text, match.start(), town) for match in re.finditer(r"(?<=\w)[ ,(]", text))
