import { X509Certificate } from 'node:crypto';
import { readFile } from './read-file.js';
import { SecretError } from './secret-error.js';

/** In bytes: all authorities that Debian knows take 220 KiB. */
const LONGEST = 4 << 20;

const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g;

/**
 * The text of a file with certificates. Node.js takes one without any in silence, and then trusts nobody.
 *
 * @throws SecretError when it cannot be read, or holds no certificate or a damaged one
 */
export function readCertificates(path: string): string {
  const text = readFile(path, 'certificate', ({ size }) =>
    size > LONGEST ? `${path} has ${size} bytes: give a file with the certificate alone.` : undefined,
  );
  const certificates = text.match(CERTIFICATE);
  if (!certificates)
    throw new SecretError(
      `${path} has no certificate in PEM: it begins with -----BEGIN CERTIFICATE-----, write it there.`,
    );
  for (const certificate of certificates) checkCertificate(certificate, path);
  return text;
}

function checkCertificate(pem: string, path: string): void {
  try {
    new X509Certificate(pem);
  } catch (cause) {
    throw new SecretError(`${path} has a certificate that is damaged: copy it again.`, { cause });
  }
}
