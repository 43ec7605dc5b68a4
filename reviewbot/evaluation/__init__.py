"""How well does a model review? A suite of cases is reviewed, scored, and told with intervals."""
