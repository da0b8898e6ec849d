"""The stylesheet and the pictures that stand in for missing ones."""

from quart import Blueprint

bp = Blueprint("web_files", __name__, static_folder="static", static_url_path="/static")
