import type { ServerResponse } from 'node:http';

/** Answers with a JSON value. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendJsonBody(response, status, Buffer.from(JSON.stringify(value)));
}

/** Answers with a JSON text. */
export function sendJsonBody(response: ServerResponse, status: number, body: Buffer): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.byteLength });
  response.end(body);
}
