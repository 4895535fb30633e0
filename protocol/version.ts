/** Version of the contract. Raised when an older client can no longer be served; the fence is `protocol/version.test.ts`. */
export const PROTOCOL_VERSION = 1;

/** The socket's subprotocol name, sent in `Sec-WebSocket-Protocol`. */
export const SOCKET_PROTOCOL = `nharong.v${PROTOCOL_VERSION}`;
