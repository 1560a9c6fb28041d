import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { ClientLimits } from './limits/client-limits.ts';
import { refuseConnection } from './raw-answer.ts';
import { newRequestId } from './request-id.ts';
import type { WebServer } from './web-server.ts';

/** Refuses connections of a client that has as many as it may have. Those of a proxy, which are for many, count for none. */
export function limitConnections(server: WebServer, { clients, connections }: ClientLimits): void {
  server.on('connection', (transport: Socket) => {
    const client = clients.ofConnection(transport.remoteAddress);
    if (client === null) return;
    const leave = connections.take(client);
    if (leave !== null) transport.once('close', leave);
    // Before the handshake of TLS nothing can be said.
    else if (server instanceof TlsServer) transport.destroy();
    else refuseConnection(transport, newRequestId(), connections.refusal());
  });
}
