/** Where things are inside the gateway's container. The folder is its volume; the sockets live as long as it runs. */
export const FOLDER = '/etc/stowage-gateway';
export const CONFIG_NAME = 'haproxy.cfg';
export const CHECKED_NAME = 'checked.cfg';
export const CERTIFICATES = 'certs';
export const SOCKETS = '/run/stowage';
export const MASTER_SOCKET = `${SOCKETS}/master.sock`;
export const ADMIN_SOCKET = `${SOCKETS}/admin.sock`;
