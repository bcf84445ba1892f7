"""Start a blog, or a post in it: values become the text of files, and one function writes them, all or none."""

from publisher.scaffold import report
from publisher.scaffold.blog import Found, Plan, look, plan
from publisher.scaffold.kernels import Kernel, default_kernel
from publisher.scaffold.post import Post, begin, front_matter, notebook, place

__all__ = [
    "Found",
    "Kernel",
    "Plan",
    "Post",
    "begin",
    "default_kernel",
    "front_matter",
    "look",
    "notebook",
    "place",
    "plan",
    "report",
]
