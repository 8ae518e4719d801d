# spack repo add packaging/spack/spack_repo/regime && spack dev-build regime@0.1.0
from spack_repo.builtin.build_systems.cmake import CMakePackage

from spack.package import *


class Regime(CMakePackage):
    """Maps the learning regimes of small networks: trains one at every point of a grid, over the ranks
    of an MPI job, and writes what they learnt into one HDF5 file."""

    license("BSD-3-Clause")

    version("0.1.0")

    variant("libxsmm", default=True, description="Small matrix products by LIBXSMM", when="target=x86_64:")
    variant("python", default=True, description="What the figures need")

    depends_on("c", type="build")
    depends_on("cmake@3.20:", type="build")
    depends_on("pkgconfig", type="build")

    depends_on("mpi")
    depends_on("hdf5@1.10:+mpi+hl")
    depends_on("libconfig")
    depends_on("json-c")
    depends_on("random123", type="build")
    depends_on("xxhash@0.8:")
    depends_on("openblas")
    depends_on("netlib-scalapack")
    depends_on("sundials@6 +CVODE")
    depends_on("libxsmm", when="+libxsmm")
    depends_on("cunit", type="test")

    with when("+python"):
        depends_on("python@3.9:", type="run")
        depends_on("py-numpy", type="run")
        depends_on("py-xarray", type="run")
        depends_on("py-h5netcdf", type="run")
        depends_on("py-h5py", type="run")
        depends_on("py-xxhash", type="run")
        depends_on("py-matplotlib", type="run")
        depends_on("py-pandas", type="run")
        depends_on("py-graphviz", type="run")
        depends_on("graphviz", type="run")

    def cmake_args(self):
        return [
            self.define("REGIME_LIBXSMM", self.spec.satisfies("+libxsmm")),
            self.define("BUILD_TESTING", self.run_tests),
        ]

    def setup_run_environment(self, env):
        env.prepend_path("PYTHONPATH", self.prefix.share.regime.analysis)
