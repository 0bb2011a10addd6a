"""Best of N: is the future that a verifier picks among N candidates better than any of them?"""
