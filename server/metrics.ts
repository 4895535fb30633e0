import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof openMetrics>;

/** The numbers of one running program, read by Prometheus at `/metrics`. Labels hold names, never ids of people. */
export function openMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    actions: new Counter({
      name: 'nharong_actions_total',
      help: 'Actions answered, by name and outcome (done, or the problem)',
      labelNames: ['action', 'outcome'],
      registers,
    }),
    actionSeconds: new Histogram({
      name: 'nharong_action_seconds',
      help: 'Time from the arrival of an action to its answer',
      labelNames: ['action'],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      registers,
    }),
    sockets: new Gauge({ name: 'nharong_sockets', help: 'Open live connections', registers }),
    socketsCut: new Counter({
      name: 'nharong_sockets_cut_total',
      help: 'Live connections closed by the server, by reason',
      labelNames: ['reason'],
      registers,
    }),
    deliveries: new Counter({
      name: 'nharong_deliveries_total',
      help: 'Events handed to live connections',
      registers,
    }),
    bus: new Counter({
      name: 'nharong_bus_total',
      help: 'Wake-ups between nodes: sent, heard, and dropped (junk: of no node of ours; away, full: NATS was not there, or behind; large: too large to travel)',
      labelNames: ['what'],
      registers,
    }),
    busUp: new Gauge({
      name: 'nharong_bus_up',
      help: '1 while NATS is there; where none is set, 1 as long as no other program serves on the database',
      registers,
    }),
    compared: new Counter({
      name: 'nharong_streams_compared_total',
      help: 'Streams whose delivered number was compared with the log',
      registers,
    }),
    behind: new Counter({
      name: 'nharong_streams_behind_total',
      help: 'Streams that a comparison found behind the log: their wake-up was lost',
      registers,
    }),
    batchSize: new Histogram({
      name: 'nharong_batch_size',
      help: 'Messages written in one transaction',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    }),
    sms: new Counter({
      name: 'nharong_sms_total',
      help: 'Text messages handed to the provider, by outcome',
      labelNames: ['provider', 'outcome'],
      registers,
    }),
    pushes: new Counter({
      name: 'nharong_pushes_total',
      help: 'Pushes by outcome: sent (handed out), accepted, gone, refused, later (asked for patience), unreachable, dropped (too old), arrived (told by the device), cleared (wakes that only take away)',
      labelNames: ['outcome'],
      registers,
    }),
    pushesWaiting: new Gauge({
      name: 'nharong_pushes_waiting',
      help: 'Devices and chats for which a push is due or planned',
      registers,
    }),
    urgentTexts: new Counter({
      name: 'nharong_urgent_texts_total',
      help: 'Text messages about unread messages of the highest urgency, by outcome: sent, refused, over (the budget of the day is used up)',
      labelNames: ['outcome'],
      registers,
    }),
    refusals: new Counter({
      name: 'nharong_guard_refusals_total',
      help: 'What the secrecy guard refused, by kind (marked, or unchecked)',
      labelNames: ['kind'],
      registers,
    }),
    files: new Counter({
      name: 'nharong_files_total',
      help: 'Uploads by what came of them: ready, or the problem they were refused for; and lost: stored ones found damaged when they were asked for',
      labelNames: ['outcome'],
      registers,
    }),
    postgresRestarts: new Counter({
      name: 'nharong_postgres_restarts_total',
      help: 'Times the program had to start its PostgreSQL again',
      registers,
    }),
    statements: new Counter({
      name: 'nharong_statements_total',
      help: 'Statements run in the database, without begin and commit',
      registers,
    }),
    storageFree: new Gauge({
      name: 'nharong_storage_free_bytes',
      help: 'Room left on the disk of DATA_DIR',
      registers,
    }),
    faults: new Counter({
      name: 'nharong_faults_total',
      help: 'Faults of the program itself, each with an id in the log',
      registers,
    }),
  };
}
