import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  /** As PEM. */
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority in a folder, and what it signs. */
export class Authority {
  readonly file: string;

  constructor(private readonly folder: string) {
    this.file = join(folder, 'ca.crt');
    this.#openssl(
      'req',
      '-x509',
      ...NEW,
      this.#path('ca.key'),
      '-out',
      this.file,
      '-subj',
      '/CN=a CA of a test',
    );
  }

  /** @param names such as `DNS:mon1` or `IP:127.0.0.1` */
  sign(names: string, days = '1'): Certificate {
    const [key, request, cert, extensions] = ['key', 'csr', 'crt', 'ext'].map((end) =>
      this.#path(`server.${end}`),
    ) as [string, string, string, string];
    writeFileSync(extensions, `subjectAltName=${names}\n`);
    this.#openssl('req', ...NEW, key, '-out', request, '-subj', '/CN=a server of a test');
    this.#openssl(
      ...['x509', '-req', '-in', request, '-out', cert, '-days', days, '-extfile', extensions],
      ...['-CA', this.file, '-CAkey', this.#path('ca.key'), '-CAcreateserial'],
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  }

  #path(name: string): string {
    return join(this.folder, name);
  }

  #openssl(...parameters: readonly string[]): void {
    const { status, stderr } = spawnSync('openssl', parameters, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl: ${stderr}`);
  }
}

const NEW = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout'];
