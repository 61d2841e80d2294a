"""Names made of syllables: nobody's, and plainly so."""
# ruff: noqa: SIM905, a list of words reads better as words

_STARTS = "Bal Cor Dal Fen Gal Har Jor Kel Lor Mar Nol Pel Quil Ros Sel Tam Ul Var Wil Zan".split()
_MIDDLES = "a e i o ar en il or".split()
_ENDS = "da la mi na ra sa ta vo wen zi".split()
_FAMILY_STARTS = (
    "Amber Birch Brook Cedar Clay Copper Elder Fern Flint Frost Glen Grain Hazel Heron Ivory "
    "Juniper Lark Linden Maple Moss North Oak Pebble Quartz Reed River Saffron Slate Thistle "
    "Timber Umber Violet Willow Winter Yarrow"
).split()
_FAMILY_ENDS = (
    "bank bell bridge brook bury by combe cote dale den fall field ford gate grove ham hill holt "
    "hurst land ley line low mark mead mere mill mont moor more path pool ridge rise shaw side "
    "stead stone thorn ton vale view wall ward water way well wick wold wood worth yard"
).split()

GIVEN = tuple(start + middle + end for start in _STARTS for middle in _MIDDLES for end in _ENDS)
FAMILY = tuple(start + end for start in _FAMILY_STARTS for end in _FAMILY_ENDS)
