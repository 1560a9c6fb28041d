"""The example of the log socket as it is documented: prints what comes.

usage: log_client.py BASE_URL RUN_ID
"""

import asyncio
import sys

import websockets

base_url, run_id = sys.argv[1:]


async def stream_logs(run_id):
    uri = f"{base_url.replace('http', 'ws', 1)}/api/runs/{run_id}/logs/ws"
    async with websockets.connect(uri) as ws:
        while True:
            print(await ws.recv(), flush=True)


try:
    asyncio.run(stream_logs(run_id))
except websockets.ConnectionClosedOK as closed:
    print(f"closed with {closed.rcvd.code}")
