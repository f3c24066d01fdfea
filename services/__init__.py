"""The five services. Each is deployed alone; they meet only on the wire."""
