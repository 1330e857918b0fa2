/**
 * Where things are inside the gateway's container. The folder is its volume; the sockets live as long as it runs, save
 * the one by which a successor takes over the listening sockets, which both have to reach.
 */
export const FOLDER = '/etc/stowage-gateway';
export const CONFIG_NAME = 'haproxy.cfg';
export const CHECKED_NAME = 'checked.cfg';
export const CERTIFICATES = 'certs';
export const SOCKETS = '/run/stowage';
export const MASTER_SOCKET = `${SOCKETS}/master.sock`;
export const HANDOVER_SOCKET = `${FOLDER}/listeners.sock`;
