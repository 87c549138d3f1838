"""A small ray tracer for garments modelled as surfaces: the cap and the tote.

numba keeps compiled functions in __pycache__ and notices changes of their own file only: after changing a
function that another file calls, delete scripts/garments/**/__pycache__.
"""
