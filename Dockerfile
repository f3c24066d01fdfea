# An image for each deployable, from one file:
#
#   docker build --build-arg SERVICE=recording --tag lfpse/recording:dev .      (or identity, access, …, gateway)
#
# It holds chassis/, protos/, the deployable's own folder and the packages of its own lock; nothing else.
# There is no default command: a process is a verb and a service, and whoever starts it names both.

ARG PYTHON=python:3.11.13-slim-bookworm
ARG NODE=node:22.16.0-bookworm-slim
ARG SERVICE

# ---- packages by hash, and what every deployable stands on
FROM ${PYTHON} AS build
ARG SERVICE
COPY requirements/${SERVICE}.txt /lock.txt
RUN python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check \
    --no-deps --require-hashes --requirement /lock.txt
WORKDIR /app
COPY chassis/ chassis/
COPY protos/ protos/

# ---- a service: the process table and its own folder
FROM build AS service
ARG SERVICE
COPY services/__init__.py services/__main__.py services/
COPY services/${SERVICE}/ services/${SERVICE}/

# ---- the gateway: its folder, and the pages' style sheet and scripts from npm
FROM ${NODE} AS npm
RUN npm install --prefix /npm --ignore-scripts --no-audit --no-fund --no-save nhsuk-frontend@10.6.1

FROM ${PYTHON} AS pages
WORKDIR /app
COPY deploy/__init__.py deploy/
COPY deploy/local/__init__.py deploy/local/layout.py deploy/local/assets.py deploy/local/
COPY --from=npm /npm/ .tools/npm/
RUN python -m deploy.local.assets

FROM build AS gateway
COPY gateway/ gateway/
COPY --from=pages /app/gateway/web/static/nhsuk/ gateway/web/static/nhsuk/

# ---- which of them SERVICE means; another name fails here
FROM service AS recording
FROM service AS identity
FROM service AS access
FROM service AS enrichment
FROM service AS notifications
FROM ${SERVICE} AS chosen
RUN python -m compileall -q /app

# ---- what runs: not as root, and nothing there that it may write but /tmp
FROM ${PYTHON}
COPY --from=chosen /venv/ /venv/
COPY --from=chosen /app/ /app/
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2
USER 10001:10001
