import koffi from 'koffi';
import { SystemError } from './errors.js';
import { libbpf } from './libbpf.js';

/** enum bpf_prog_type and enum bpf_attach_type (linux/bpf.h) */
const BPF_PROG_TYPE_TRACING = 26;
const BPF_TRACE_FENTRY = 24;

/** The first members of struct bpf_prog_load_opts (bpf/bpf.h); the size tells libbpf that there are no more. */
const loadOptions = koffi.struct({ size: 'size_t', attempts: 'int', expectedAttachType: 'uint32_t' });

/** r0 = 0; exit (linux/bpf.h, struct bpf_insn) */
const RETURN_0 = Uint8Array.from([0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0]);
const INSTRUCTION = 8;

/**
 * Asks for a program at the entry of no function. A kernel that has such programs, or does not know of them, says
 * EINVAL; one where a guard keeps them out altogether (a security module, a seccomp filter) says so before it looks
 * at the program, and so in microseconds: with the real programs it would have had to be given the kernel's types.
 *
 * @throws SystemError EPERM
 */
export function mayTraceFunctions(): void {
  const options = Buffer.alloc(koffi.sizeof(loadOptions));
  koffi.encode(options, loadOptions, {
    size: options.length,
    attempts: 0,
    expectedAttachType: BPF_TRACE_FENTRY,
  });
  const status = libbpf().bpf_prog_load(
    BPF_PROG_TYPE_TRACING,
    'asks',
    'GPL',
    RETURN_0,
    RETURN_0.length / INSTRUCTION,
    options,
  );
  const error = new SystemError('bpf_prog_load', -status);
  if (error.code === 'EPERM') throw error;
}
