import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';

/** What answers HTTP, over TLS or without. */
export type WebServer = Server | TlsServer;
