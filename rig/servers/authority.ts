import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a certificate. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export interface IssueOptions {
  /** As openssl writes them: `DNS:mon1,IP:127.0.0.1`. Default: the name. */
  readonly names?: string;
  /** YYYYMMDDHHMMSSZ. Default: from now for ten days. */
  readonly from?: string;
  readonly to?: string;
}

/** A certificate authority of a test's own, by openssl(1), in a folder that is there. */
export class Authority {
  readonly ca: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.ca = this.#file('ca.crt');
    mkdirSync(folder, { recursive: true });
    writeFileSync(this.#file('openssl.cnf'), config(folder));
    writeFileSync(this.#file('index.txt'), '');
    this.#openssl('req', '-x509', ...newKey(this.#file('ca.key')), '-out', this.ca, '-subj', '/CN=Test CA');
  }

  issue(name: string, { names = `DNS:${name}`, from, to }: IssueOptions = {}): Issued {
    const [cert, key, request] = [`${name}.crt`, `${name}.key`, `${name}.csr`].map((file) =>
      this.#file(file),
    ) as [string, string, string];
    this.#openssl('req', '-new', ...newKey(key), '-out', request, '-subj', `/CN=${name}`);
    writeFileSync(this.#file('extensions'), `subjectAltName=${names}\n`);
    this.#openssl(
      ...['ca', '-batch', '-notext', '-in', request, '-out', cert],
      ...['-extfile', this.#file('extensions')],
      ...(from === undefined ? [] : ['-startdate', from]),
      ...(to === undefined ? ['-days', '10'] : ['-enddate', to]),
    );
    chmodSync(key, 0o600);
    return { cert, key };
  }

  #openssl(command: string, ...options: string[]): void {
    execFileSync('openssl', [command, '-config', this.#file('openssl.cnf'), ...options], { stdio: 'pipe' });
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}

/** What is in them. */
export const pem = ({ cert, key }: Issued) => ({
  cert: readFileSync(cert, 'utf8'),
  key: readFileSync(key, 'utf8'),
});

const newKey = (file: string) => [
  ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file],
];

const config = (folder: string) => `
[ req ]
distinguished_name = name
x509_extensions = authority
[ name ]
[ authority ]
basicConstraints = critical,CA:TRUE
subjectKeyIdentifier = hash
[ ca ]
default_ca = own
[ own ]
new_certs_dir = ${folder}
database = ${join(folder, 'index.txt')}
rand_serial = yes
unique_subject = no
certificate = ${join(folder, 'ca.crt')}
private_key = ${join(folder, 'ca.key')}
default_md = sha256
policy = policy
[ policy ]
commonName = supplied
`;
