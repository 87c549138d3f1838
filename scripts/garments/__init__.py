"""How the garments of configs/garments were made: patterns sewn, draped over forms and lit; or modelled."""
