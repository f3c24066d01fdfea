"""The whole system on one machine, from nothing and without root: private PostgreSQL and RabbitMQ, every process.

`install` fetches what is missing, `system` starts and stops, `processes` is the list of what runs. `make` shows the commands.
"""
