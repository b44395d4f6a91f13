declare module 'maildev' {
  interface Options {
    smtp: number;
    web: number;
    ip: string;
    webIp: string;
    mailDirectory: string;
    silent: boolean;
  }
  /** The part of MailDev that the demo uses; the package ships no types. */
  export default class MailDev {
    constructor(options: Options);
    listen(done: (error?: Error) => void): void;
    close(done: () => void): void;
  }
}
