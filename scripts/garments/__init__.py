"""How the t-shirt of configs/garments was made: a pattern sewn, draped over a form and lit."""
