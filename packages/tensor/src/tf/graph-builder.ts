/** @file Builds one TF_Graph node by node; node i of the graph is node i of the caller's list. */
import { setAttributes, graphSetters, type Attributes } from './attributes.ts';
import type { Pointer } from './c-api.ts';
import { readInputArgs, type InputArg } from './op-inputs.ts';
import type { Tf } from './tf-library.ts';
import type { Ref, TensorType } from './trace.ts';

export class GraphBuilder {
  readonly graph: Pointer;
  readonly operations: Pointer[] = [];
  readonly #tf: Tf;
  readonly #setters;
  constructor(tf: Tf) {
    this.#tf = tf;
    this.graph = tf.c.newGraph();
    this.#setters = graphSetters(tf.c);
  }

  placeholder(type: TensorType): void {
    this.#finish('Placeholder', (d) => {
      this.#tf.c.setType(d, 'dtype', type.dtype);
      this.#tf.c.setShape(d, 'shape', [...type.shape], type.shape.length);
    });
  }

  constant(type: TensorType, bytes: Uint8Array): void {
    const tensor = this.#tf.tensor(type, bytes);
    try {
      this.#finish('Const', (d) => {
        this.#tf.c.setType(d, 'dtype', type.dtype);
        this.#tf.c.setTensor(d, 'value', tensor, this.#tf.status);
        this.#tf.check();
      });
    } finally {
      this.#tf.c.deleteTensor(tensor);
    }
  }

  /**
   * Adds an op (or a call of a function known to the graph) that runs after the nodes `after`; gives the types of its outputs. Throws
   * TensorFlow's message.
   */
  add(
    op: string,
    attributes: Attributes,
    inputs: readonly Ref[],
    after: readonly number[] = [],
  ): TensorType[] {
    const { c } = this.#tf;
    const operation = this.#finish(op, (d) => {
      this.#inputs(d, op, inputs);
      for (const node of after) c.addControlInput(d, this.operations[node]);
      setAttributes(d, attributes, this.#setters);
    });
    return Array.from({ length: c.outputCount(operation) }, (_, index) =>
      this.#type({ oper: operation, index }),
    );
  }

  output(ref: Ref) {
    return { oper: this.operations[ref.node], index: ref.output };
  }

  dispose(): void {
    this.#tf.c.deleteGraph(this.graph);
  }

  #inputs(description: Pointer, op: string, inputs: readonly Ref[]): void {
    const { c } = this.#tf;
    const args = this.#tf.inputArgs(op, () => readInputArgs(c, this.graph, op, this.#tf.status));
    let next = 0;
    const lists = args.filter((a) => a.list !== 'one').length;
    for (const [i, arg] of args.entries()) {
      if (arg.list === 'one') {
        c.addInput(description, this.output(inputs[next++] as Ref));
      } else {
        // only one list per op in what tfjs emits: it takes what the single inputs leave
        const singlesAfter = args.slice(i + 1).filter((a: InputArg) => a.list === 'one').length;
        const count = lists === 1 ? inputs.length - next - singlesAfter : 1;
        const list = inputs.slice(next, next + count).map((r) => this.output(r));
        c.addInputList(description, list, list.length);
        next += count;
      }
    }
  }

  #finish(op: string, fill: (description: Pointer) => void): Pointer {
    const { c, status } = this.#tf;
    const description = c.newOperation(this.graph, op, `n${this.operations.length}`);
    let error: unknown;
    try {
      fill(description);
    } catch (e) {
      error = e;
    }
    // a description must be finished even after an error, or it leaks
    const operation = c.finishOperation(description, status);
    if (error !== undefined) throw error;
    this.#tf.check();
    this.operations.push(operation);
    return operation;
  }

  #type(output: { oper: Pointer; index: number }): TensorType {
    const { c, status } = this.#tf;
    const dtype = c.outputType(output) as number;
    const rank = c.outputRank(this.graph, output, status) as number;
    this.#tf.check();
    if (rank < 0) return { dtype, shape: [-1] };
    const dims = Array.from({ length: rank }, () => 0);
    c.outputShape(this.graph, output, dims, rank, status);
    this.#tf.check();
    return { dtype, shape: dims.map(Number) };
  }
}
