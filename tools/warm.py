"""Do at installation what would otherwise be waited for at the first use: compile translations and numeric kernels."""

import allotment
from comity.config.words import compile_translations

if __name__ == "__main__":
    compile_translations()
    allotment.warm()
