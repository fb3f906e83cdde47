"""Random small specs that are valid by construction, as the values of a document."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

ACTIVATIONS = ["relu", "gelu", "silu", "elu"]
NORMS = [{"norm": "layer"}, {"norm": {"batch": {"epsilon": 1e-4, "scale": True, "gamma_initializer": "zeros"}}}]


def conv(filters: Any = None) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a convolution that keeps height and width."""
    options = {
        "kernel_size": st.sampled_from([1, 3, 5]),
        "use_bias": st.booleans(),
        "padding": st.sampled_from(["same", "symmetric"]),
        "dilation_rate": st.sampled_from([1, 2]),
    }
    drawn = st.fixed_dictionaries({}, optional=options)
    return drawn.map(lambda chosen: {"conv": chosen | ({"filters": filters} if filters else {})})


def between() -> st.SearchStrategy[Any]:
    """Draw a layer that keeps the shape."""
    return st.sampled_from(["norm", *NORMS, "activation", *ACTIVATIONS, {"dropout": 0.5}])


@st.composite
def blocks(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a block with a projection of its own."""
    strided = {"conv": {"kernel_size": draw(st.sampled_from([1, 3])), "strides": "strides"}}
    residual = [strided, *draw(st.lists(between(), max_size=2)), draw(conv()), draw(conv("filters * expansion"))]
    path = [{"conv": {"kernel_size": 1, "strides": "strides", "filters": "filters * expansion"}}]
    shortcuts = [
        {"project": "shape_changes", "path": path},
        {"project": "first_of_stage", "path": [*path, "norm"]},
        "none",
    ]
    return {
        "parameters": {"expansion": draw(st.sampled_from([1, 2]))},
        "residual": residual,
        "shortcut": draw(st.sampled_from(shortcuts)),
        "after": draw(st.lists(between(), max_size=1)),
    }


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a spec."""
    stage = st.fixed_dictionaries(
        {
            "block": st.sampled_from(["mine", "basic", "bottleneck", "basic_pad"]),
            "filters": st.sampled_from([8, 16]),
            "blocks": st.integers(1, 2),
            "strides": st.sampled_from([1, 2]),
        }
    )
    stages = draw(st.lists(stage, min_size=1, max_size=2))
    used = {stage["block"] for stage in stages}
    # Option A only widens: keep every network's widths rising.
    if "basic_pad" in used:
        stages = [{**stage, "filters": 64 * 4**place, "block": "basic_pad"} for place, stage in enumerate(stages)]
        used = {"basic_pad"}
    norms = [{"batch": {"scale": draw(st.booleans()), "epsilon": 1e-5}}, {"group": {"groups": 4}}, {"layer": {}}]
    side = draw(st.sampled_from([16, 17, 23]))
    return {
        "name": draw(st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable())),
        "model": {
            "input": {"shape": [side, draw(st.sampled_from([16, 19])), draw(st.sampled_from([1, 3]))]},
            "classes": draw(st.integers(2, 12)),
            "norm": draw(st.sampled_from(norms)),
            "activation": draw(st.sampled_from(ACTIVATIONS)),
            **({"blocks": {"mine": draw(blocks())}} if "mine" in used else {}),
            "stem": [
                draw(conv(8)),
                "norm",
                "activation",
                *draw(st.lists(between(), max_size=2)),
                *draw(
                    st.lists(
                        st.sampled_from(
                            [{"max_pool": {"pool_size": 3, "strides": 2, "padding": "symmetric"}}, "blur_pool"]
                        ),
                        max_size=1,
                    )
                ),
            ],
            "stages": stages,
            "head": draw(
                st.sampled_from(
                    [
                        ["global_avg_pool", {"dense": {"activation": "softmax"}}],
                        ["flatten", "dense", "softmax"],
                        ["global_avg_pool", {"dropout": 0.2}, {"dense": {"use_bias": False}}],
                    ]
                )
            ),
        },
    }
