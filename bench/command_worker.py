"""The same as command_worker.cpp, by warptune_worker.py."""
import warptune_worker


@warptune_worker.main
def train(params, data):
    return 0.5
