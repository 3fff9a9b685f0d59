/**
 * What the kernels use of the WebAssembly JavaScript interface, which Node's types leave to those of browsers.
 */

/** Linear memory; `buffer` is another one after it has grown. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Compiled code. */
export type Module = object;

interface Api {
  readonly Memory: new (descriptor: { readonly initial: number }) => Memory;
  readonly Module: new (bytes: Uint8Array) => Module;
  readonly Instance: new (
    module: Module,
    imports: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: unknown };
  validate(bytes: Uint8Array): boolean;
}

/** The interface; undefined where the engine was started without one. */
export const webAssembly = (globalThis as { readonly WebAssembly?: Api }).WebAssembly;
