"""llama.cpp's side of the engine benchmark: the same cases as `hearth bench`, through the C API
of llama-cpp-python. Prints one JSON document of the same form.

    llama_bench.py MODEL.gguf --prefill N --decode N --streams 1,4 --context 0,12288 --threads N
"""

import argparse
import ctypes
import json
import random
import statistics
import time

import llama_cpp


def numbers(text):
    return [int(part) for part in text.split(",")]


class Bench:
    def __init__(self, options):
        self.options = options
        begin = time.monotonic()
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = 0
        params.use_extra_bufts = not options.plain
        self.model = llama_cpp.llama_model_load_from_file(options.model.encode(), params)
        assert self.model, "llama.cpp cannot load the model"
        self.load_seconds = time.monotonic() - begin
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.model))
        streams = max(options.streams)
        room = max(options.prefill, options.decode) + 8
        context = llama_cpp.llama_context_default_params()
        context.n_ctx = max(options.context) + streams * room
        context.n_batch = 512
        context.n_ubatch = 512
        context.n_seq_max = streams
        context.n_threads = context.n_threads_batch = options.threads
        context.kv_unified = True  # streams share the context's cells
        context.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_AUTO
        self.context = llama_cpp.llama_init_from_model(self.model, context)
        assert self.context, "llama.cpp cannot make a context"
        self.memory = llama_cpp.llama_get_memory(self.context)
        self.batch = llama_cpp.llama_batch_init(512, 0, 1)
        self.draw = random.Random(1)

    def decode(self, tokens):
        """tokens: (position, stream, wants logits)."""
        for i, (position, stream, logits) in enumerate(tokens):
            self.batch.token[i] = self.draw.randrange(self.vocabulary)
            self.batch.pos[i] = position
            self.batch.n_seq_id[i] = 1
            self.batch.seq_id[i][0] = stream
            self.batch.logits[i] = logits
        self.batch.n_tokens = len(tokens)
        assert llama_cpp.llama_decode(self.context, self.batch) == 0
        llama_cpp.llama_synchronize(self.context)

    def run(self, start, count):
        for begin in range(0, count, 512):
            end = min(count, begin + 512)
            self.decode([(start + i, 0, i + 1 == count) for i in range(begin, end)])

    def forget(self, stream, start):
        llama_cpp.llama_memory_seq_rm(self.memory, stream, start, -1)

    def median(self, tokens, work, clear):
        speeds = []
        for i in range(self.options.repeat + 1):
            begin = time.monotonic()
            work()
            if i > 0:
                speeds.append(tokens / (time.monotonic() - begin))
            clear()
        return statistics.median(speeds)

    def case(self, context, streams):
        def step():
            for i in range(self.options.decode):
                self.decode([(context + i, s, 1) for s in range(streams)])

        def clear():
            for s in range(streams):
                self.forget(s, context)

        for s in range(1, streams):
            llama_cpp.llama_memory_seq_cp(self.memory, 0, s, -1, -1)
        speed = self.median(streams * self.options.decode, step, clear)
        for s in range(1, streams):
            self.forget(s, 0)
        return speed

    def all_cases(self):
        filled = 0
        for context in self.options.context:
            self.run(filled, context - filled)
            filled = context
            prefill = self.median(
                self.options.prefill,
                lambda: self.run(context, self.options.prefill),
                lambda: self.forget(0, context),
            )
            for streams in self.options.streams:
                yield {
                    "context": context,
                    "streams": streams,
                    "prefill_tps": prefill,
                    "decode_tps": self.case(context, streams),
                }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--prefill", type=int, default=512)
    parser.add_argument("--decode", type=int, default=64)
    parser.add_argument("--streams", type=numbers, default=[1])
    parser.add_argument("--context", type=numbers, default=[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--plain", action="store_true", help="weights as they lie in the file")
    options = parser.parse_args()
    options.context.sort()
    silent = llama_cpp.llama_log_callback(lambda level, text, data: None)
    llama_cpp.llama_log_set(silent, ctypes.c_void_p())
    bench = Bench(options)
    cases = list(bench.all_cases())
    info = llama_cpp.llama_print_system_info().decode()
    print(json.dumps({"backend": "llama.cpp " + llama_cpp.__version__ + ": " + info,
                      "load_seconds": bench.load_seconds, "cases": cases}))


main()
