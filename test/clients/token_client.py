"""A client of a gateway that asks for a token: shows it in a header over REST and on the log socket, and signs in.

usage: token_client.py BASE_URL RUN_ID TOKEN
"""

import asyncio
import inspect
import sys

import requests
import websockets

base_url, run_id, token = sys.argv[1:]
bearer = {"Authorization": f"Bearer {token}"}
# Its name since version 14.
headers_argument = (
    "additional_headers" if "additional_headers" in inspect.signature(websockets.connect).parameters else "extra_headers"
)


async def first_line(headers):
    uri = f"{base_url.replace('http', 'ws', 1)}/api/runs/{run_id}/logs/ws"
    async with websockets.connect(uri, **{headers_argument: headers}) as ws:
        return await ws.recv()


async def refusal():
    try:
        return await first_line({})
    except websockets.InvalidStatusCode as error:
        return error.status_code


print("without", requests.get(f"{base_url}/api/runs").status_code, asyncio.run(refusal()))
print("header", requests.get(f"{base_url}/api/runs", headers=bearer).status_code, asyncio.run(first_line(bearer)))
with requests.Session() as session:
    print("wrong", session.post(f"{base_url}/session", json={"token": token + "x"}).status_code)
    print("right", session.post(f"{base_url}/session", json={"token": token}).status_code)
    cookie = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
    print("cookie", session.get(f"{base_url}/api/runs").status_code, asyncio.run(first_line({"Cookie": cookie})))
