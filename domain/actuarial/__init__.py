"""Actuarial reading of claim movements: triangles, exposure and the measures that stand on them."""
