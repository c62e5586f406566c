"""The API: FHIR R4 and JSON over HTTP. `app.py` puts it together."""
