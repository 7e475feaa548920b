/**
 * A connection can go silent without an error when its packets are dropped. With these settings the server notices after
 * about 25 s and ends the session, and with it the session's locks.
 */
export const keepAliveSettings: Readonly<Record<string, string>> = {
  tcp_keepalives_idle: "10",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "3",
  tcp_user_timeout: "20000",
};

/** The client's half of the same. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;

/** How much longer than the server's own limit the client waits for a statement before it gives the connection up. */
export const answerGraceMs = 1_000;
