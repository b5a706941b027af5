# Nothing secret is baked in: the master key and the data lie in the volume (or wherever DIPOLI_… says), made on first start.
FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app HOST=0.0.0.0 PORT=8000 DIPOLI_DATA_DIR=/data
RUN useradd --system --create-home --uid 10001 dipoli && install -d -o dipoli -m 0700 /data
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY alembic.ini LICENSE ./
COPY app app
COPY migrations migrations
COPY static static
COPY templates templates
RUN python -m app.core.catalogues compile
USER dipoli
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["python", "-m", "app.cli", "serve"]
