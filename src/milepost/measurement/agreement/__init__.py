"""Do raters agree, and what would a fair score be?

exact_agreement(first, second)               # how often two raters said the same
cohen_kappa(first, second, weights="linear") # beyond what chance gives
fleiss_kappa(counts)                         # many raters, not the same for each work
intraclass(scores)                           # scores on a scale, all raters rate all works
"""

from milepost.measurement.agreement.answer import Agreement
from milepost.measurement.agreement.facets import Facets, Measures, facets
from milepost.measurement.agreement.intraclass import Intraclass, Intraclasses, intraclass
from milepost.measurement.agreement.kappa import (
    cohen_kappa,
    count_ratings,
    fleiss_kappa,
    kappa_of_table,
)
from milepost.measurement.agreement.proportion import adjacent_agreement, exact_agreement

__all__ = [
    "Agreement",
    "Facets",
    "Intraclass",
    "Intraclasses",
    "Measures",
    "adjacent_agreement",
    "cohen_kappa",
    "count_ratings",
    "exact_agreement",
    "facets",
    "fleiss_kappa",
    "intraclass",
    "kappa_of_table",
]
