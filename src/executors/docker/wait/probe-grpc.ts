import { connect } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { ProbeAction } from '../../../model/desired.ts';

type GrpcAction = Extract<ProbeAction, { type: 'grpc' }>;

const SERVING = 1;

/**
 * Asks `grpc.health.v1.Health/Check` in plain HTTP/2.
 *
 * @returns what is wrong, or undefined when it is serving
 * @see gRPC health checking protocol
 */
export function askGrpc(action: GrpcAction, socket: Duplex): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const session = connect('http://container', { createConnection: () => socket });
    session.on('error', reject);
    const headers = {
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    };
    const call = session.request(headers);
    const chunks: Buffer[] = [];
    let grpcStatus: string | undefined;
    const note = (received: Record<string, unknown>) => {
      grpcStatus = (received['grpc-status'] as string | undefined) ?? grpcStatus;
    };
    call.on('response', note);
    call.on('trailers', note);
    call.on('data', (chunk: Buffer) => chunks.push(chunk));
    call.on('error', reject);
    call.on('end', () => {
      session.close();
      resolve(verdict(Buffer.concat(chunks), grpcStatus));
    });
    call.end(message(action.service ?? ''));
  });
}

/** One frame: not compressed, length, then field 1 (the service) as a string. */
function message(service: string): Buffer {
  const name = Buffer.from(service);
  const body = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

function verdict(answer: Buffer, grpcStatus: string | undefined): string | undefined {
  if (grpcStatus !== undefined && grpcStatus !== '0') return `grpc status ${grpcStatus}`;
  const status = answer[5] === 0x08 ? answer[6] : 0;
  return status === SERVING ? undefined : `health status ${status ?? 'absent'}`;
}
