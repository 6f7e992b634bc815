"""Serving: the outputs, the page for people, health and metrics, over HTTP in the program's own event loop.

`Server(application(folder, view), host, port)`; `View` is all that serving knows of the rest.
"""

from aggregator.edges.serve.app import application as application
from aggregator.edges.serve.server import Server as Server
from aggregator.edges.serve.view import Delivery as Delivery
from aggregator.edges.serve.view import Served as Served
from aggregator.edges.serve.view import View as View
