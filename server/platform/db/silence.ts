/**
 * A connection can go quiet instead of dying: its packets are dropped and nobody says so. Both ends notice by
 * themselves. The server's settings below end its half, and with it the locks of its session, after some 25 s.
 */
export const silenceSettings: Readonly<Record<string, string>> = {
  tcp_keepalives_idle: "10",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "3",
  tcp_user_timeout: "20000",
};

/** The client's half of the same. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;

/** How much longer than the server's own limit the client waits for a statement before it gives the connection up. */
export const answerGraceMs = 1_000;
