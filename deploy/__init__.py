"""How the system is put somewhere: `deploy.local` on one machine, `deploy/k8s` on many."""
