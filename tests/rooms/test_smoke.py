import pytest
from comity.trail.queries import verify

@pytest.mark.django_db
def test_db():
    assert verify().is_whole

@pytest.mark.django_db
def test_health(client):
    r = client.get("/health")
    assert r.status_code == 200, r.content
