"""scikit-learn's GradientBoostingClassifier: returns probabilities, which warptune scores by any metric.

warptune run --data data/blog.csv --target target --model command --command "python3 python/examples/gradient_boosting.py" \
    --param 'n_estimators=int(10,100)' --param 'learning_rate=log(0.01,0.3)' --param 'max_depth=int(1,5)'
"""

from sklearn.ensemble import GradientBoostingClassifier

import warptune_worker


@warptune_worker.main
def train(params, data):
    model = GradientBoostingClassifier(random_state=0, **params)
    model.fit(data.X[data.train], data.y[data.train])
    return model.predict_proba(data.X[data.validation])
