"""scikit-learn's SVC behind a scaler: returns its own score.

warptune run --data data/spam.csv --target type --model command --command "python3 python/examples/svc.py" \
    --param 'C=log(0.1,100)' --param 'gamma=log(1e-4,1)' --param 'kernel=choice(rbf,sigmoid)'
"""

from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import warptune_worker


@warptune_worker.main
def train(params, data):
    model = make_pipeline(StandardScaler(), SVC(**params))
    model.fit(data.X[data.train], data.y[data.train])
    return model.score(data.X[data.validation], data.y[data.validation])
