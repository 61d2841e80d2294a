"""The chance that this learner gets this item right now.

    predictor = fit(training, seed=1)        # once, on learners whose answers are known
    chances = predictor.chances(log)         # each row from the rows before it
    predictor.report(log).auc                # on learners it has not seen

The belief of `milepost.measurement` is what people see. The predictor starts from it and adds what
helps a prediction but explains nothing: streaks, repeats, elapsed time, what others made of an
item after the one before. It is not shown as what a learner can do.
"""

from milepost.measurement.predictor.model import Predictor, Report, fit

__all__ = ["Predictor", "Report", "fit"]
