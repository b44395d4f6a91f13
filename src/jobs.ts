import type { TaskList } from 'graphile-worker';
import type { Transporter } from 'nodemailer';
import type { Dependencies } from './platform/dependencies.ts';
import { deliverEmailTask } from './platform/mail/deliver.ts';
import { DELIVER_EMAIL } from './platform/mail/queue.ts';

/** Everything that the queue can be asked to do, by name. */
export function createTasks(dependencies: Dependencies, transport: Transporter): TaskList {
  return {
    [DELIVER_EMAIL]: deliverEmailTask(dependencies, transport),
  };
}
