"""Words of machine learning's titles that are named after someone or something: their capital stays everywhere."""

_PROPER_WORDS = """
    abel abelian adam arabic atari banach bayes bayesian bellman bernoulli bernstein besov bessel bianchi
    blackwell bochner boltzmann boolean borda bregman brenier brownian byzantine calabi cantor caratheodory carlo
    cartesian cauchy chebyshev chinese cholesky clifford cohen condorcet cox darwin dirac dirichlet doob dyna
    einstein english erdos euclid euclidean euler eulerian fenchel fermi feynman fibonacci finsler fisher follmer
    fourier frank frechet fredholm french frobenius gabor galerkin gauss gaussian gaussians german gibbs gittins
    godel goodhart grassmann grassmannian grobner gromov haar hadamard hamilton hamiltonian hamming harsanyi
    hastings hausdorff hawkes hebbian hermite hermitian hessian hessians hilbert hoeffding holder hopfield huber
    ising ito jaccard jacobi jacobian jacobians japanese jeffreys kac kaczmarz kahler kahneman kalman kantorovich
    kolmogorov koopman korean kronecker krylov kullback lagrange lagrangian langevin laplace laplacian laplacians
    lebesgue legendre leibler leman levy lindeberg lipschitz lloyd loeve lorentz lorentzian lyapunov mahalanobis
    markov markovian matern mercer metropolis minecraft minkowski mises mobius monge monte nash nesterov newton
    newtonian neyman noether nystrom occam pareto pearson penrose plackett planck poincare poisson polyak prony
    pythagorean python pytorch rademacher rashomon rayleigh renyi ricci riemann riemannian robbins runge russian
    sard schrodinger schur shannon shapley sherman siamese sinkhorn skorokhod sobol sobolev spanish stackelberg
    stein stiefel stokes sylvester tanimoto taylor tchebycheff thompson tikhonov toeplitz tsallis turing tversky
    vandermonde vapnik vickrey voronoi wald walsh wasserstein weierstrass weisfeiler welford whittle wiener
    wikipedia wolfe zipf
"""
PROPER = frozenset(_PROPER_WORDS.split())
"""In lower case and without accents."""
