import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { ERROR_STATUS } from '../errors.ts';
import type { Traffic } from '../monitoring/traffic.ts';
import type { ClientLimits } from './limits/client-limits.ts';
import { refuseConnection } from './raw-answer.ts';
import { newRequestId } from './request-id.ts';
import type { WebServer } from './web-server.ts';

/** Refuses connections of a client that has as many as it may have. Those of a proxy, which are for many, count for none. */
export function limitConnections(server: WebServer, { clients, connections }: ClientLimits, traffic: Traffic): void {
  // Before the handshake of TLS nothing can be said.
  const isTold = !(server instanceof TlsServer);
  server.on('connection', (transport: Socket) => {
    const { remoteAddress } = transport;
    const client = clients.ofConnection(remoteAddress);
    if (client === null) return;
    const leave = connections.take(client);
    if (leave !== null) {
      transport.once('close', leave);
      return;
    }
    const id = newRequestId();
    const refusal = connections.refusal();
    if (isTold) refuseConnection(transport, id, refusal);
    else transport.destroy();
    const { code } = refusal;
    traffic.emit('refused', { requestId: id, client: remoteAddress, status: isTold ? ERROR_STATUS[code] : null, code });
  });
}
