/** @file What each check says of its mutant, whole. */
export const messages: { readonly [mutant: string]: string } = {
  'encoder, declared-outputs: declares a width that is not true':
    'E_CONFORMANCE: declared-outputs, encoder "kit/broken" (case default, on js): "pooled" is float32 [1, 4] for 1 rows (eval), declared is float32 [1, 5]. Fix: declare the shape that `apply` gives, or give the one that is declared.',
  'encoder, seeded: keeps a count between calls':
    'E_CONFORMANCE: seeded, encoder "kit/broken" (case default, on js): "pooled" differs between two calls with the same seed (train). Fix: keep nothing between calls, and draw from ctx.rng alone.',
  'encoder, seeded: draws in eval':
    'E_CONFORMANCE: seeded, encoder "kit/broken" (case default, on js): "pooled" differs between two seeds in eval. Fix: draw only where ctx.mode is \'train\'.',
  'encoder, seeded: draws and does not use it':
    'E_CONFORMANCE: seeded, encoder "kit/broken" (case default, on js): numbers are drawn in training, but another seed gives the same outputs. Fix: use what is drawn, and draw it within `apply`.',
  'encoder, eval-state: moves its mean in eval':
    'E_CONFORMANCE: eval-state, encoder "kit/broken" (case default, on js): "mean" differs after a call in eval. Fix: give state only where ctx.mode is \'train\'.',
  'encoder, absent-rows: takes the mean over padding rows':
    'E_CONFORMANCE: absent-rows, encoder "kit/broken" (case default, on js): "pooled" differs by 4.84 (train) when only the content of absent rows changes. Fix: weigh every sum over rows by `present`.',
  'encoder, row-independent: subtracts the mean of the batch in eval':
    'E_CONFORMANCE: row-independent, encoder "kit/broken" (case default, on js): "pooled" differs by 0.844 between rows 0 alone and in a batch of 5. Fix: use statistics over rows in training only, running ones in eval.',
  'encoder, micro-batches: draws for the whole batch at once':
    'E_CONFORMANCE: micro-batches, encoder "kit/broken" (case default, on js): "pooled" differs by 0.845 between rows 2 and 3 of the batch and the same rows as a micro-batch. Fix: draw with the number of rows as shape[0], and let no row see another.',
  'encoder, no-growth: keeps a tensor at each call':
    'E_CONFORMANCE: no-growth, encoder "kit/broken" (case default, on js): 50 tensors are left after 50 calls. Fix: do not keep tensors and hold none outside the variables.',
  'encoder, save-load: holds a value beside its variables':
    'E_CONFORMANCE: save-load, encoder "kit/broken" (case default, on js): "pooled" differs between the first module and a fresh one with its saved variables. Fix: hold everything that outputs depend on in params and state.',
  'encoder, stable-variables: names parameters by instance':
    'E_CONFORMANCE: stable-variables, encoder "kit/broken" (case default): params declares weight3 [4] and the second time weight4 [4]. Fix: derive names and shapes from the options alone.',
  'encoder, compiled-as-eager: counts calls on the host':
    'E_CONFORMANCE: compiled-as-eager, encoder "kit/broken" (case default, on tf): "pooled" differs by 0.476 between compiled and eager (eval). Fix: compute with ctx.tf from the inputs alone: host values and counters are frozen into a trace.',
  'encoder, resume: counts steps on the host':
    'E_CONFORMANCE: resume, encoder "kit/broken" (case default, on js): "encoders/x/bias" differs between the uninterrupted run and the one interrupted after step 1 of 3. Fix: hold what changes from step to step in params, state or memory, not in the component.',
  'encoder, kept-tokens: ignores what is kept':
    'E_CONFORMANCE: kept-tokens, encoder "kit/broken" (case default, on js): it gives 3 tokens where 1 are kept beside 0 of its own. Fix: compute the kept tokens only.',
  'head, finite-outputs: divides by the sum of its inputs':
    'E_CONFORMANCE: finite-outputs, head "kit/broken" (case default, on js): "y" is NaN at 0 for the inputs "zeros" (eval). Fix: bound what is divided by and what a logarithm or root is taken of.',
  'head, finite-gradients: bounds a root instead of what is under it':
    'E_CONFORMANCE: finite-gradients, head "kit/broken" (case default, on js): the gradient of "x" is NaN at 0 for the inputs "zeros". Fix: bound the argument of a root or a division inside it, not its result: an infinite slope times 0 is NaN.',
  'head, trainable-parameters: declares a parameter that it does not use':
    'E_CONFORMANCE: trainable-parameters, head "kit/broken" (case default, on js): the outputs do not depend on surplus. Fix: use the parameter, do not declare it, or list it as `unused` with the call that does use it.',
  'head, trainable-parameters: multiplies a parameter by zero':
    'E_CONFORMANCE: trainable-parameters, head "kit/broken" (case default, on js): the gradient of zero is zero at a random point. Fix: look for a gradient that is stopped or a factor that is zero.',
  'head, finite-differences: halves a gradient':
    'E_CONFORMANCE: finite-differences, head "kit/broken" (case default, on js): along a random direction of inputs "x" the gradient says 0.05201 and differences give 0.1040, 0.1040, 0.1040. Fix: correct the custom gradient, or exclude the check where a gradient is stopped on purpose.',
  'head, apply-touches-nothing: asks Math.random':
    'E_CONFORMANCE: apply-touches-nothing, head "kit/broken" (case default, on js): `apply` uses Math.random. Fix: take randomness, time and places from what the component is given.',
  'head, golden: gives other numbers than last year':
    'E_CONFORMANCE: golden, head "kit/broken" (case default, on js): "y" differs by 0.0139 from the golden file (tolerance 0.00001). Fix: if that is meant, make the file again with DUALBEAT_GOLDEN=write and say why.',
  'head, freezing: freezes all with one':
    'E_CONFORMANCE: freezing, head "kit/broken" (case default, on js): heads/x/y/bias stays although only heads/x/y/weight is frozen. Fix: let freezing one parameter stop no gradient of another.',
  'head, learns: turns its gradients round':
    'E_CONFORMANCE: learns, head "kit/broken" (case default, on js): 20 steps do not reduce the loss at any learning rate (0.1: 4.6353 -> 20.374; 0.01: 3.8485 -> 4.8203; 0.001: 3.7759 -> 3.8671; 1: 18.638 -> 778.32). Fix: check the sign and the path of the gradient.',
  'head, create-touches-nothing: asks the clock when it is made':
    'E_CONFORMANCE: create-touches-nothing, head "kit/broken" (case default): `create` uses Date.now. Fix: take randomness, time and places from what the component is given.',
  'head, reference: differs from its reference':
    'E_CONFORMANCE: reference, head "kit/broken" (case default, on js): "y" is -1.2275115251541138, 0.20941923558712006, -1.4565441608428955 and the reference gives 0, 0, 0. Fix: correct the one that is wrong.',
  'projector, declared-outputs: declares a width that is not true':
    'E_CONFORMANCE: declared-outputs, projector "kit/broken" (case default, on js): "embedding" is float32 [1, 2] for 1 rows (eval), declared is float32 [1, 7]. Fix: declare the shape that `apply` gives, or give the one that is declared.',
  'loss, reference: is one per cent too large':
    'E_CONFORMANCE: reference, loss "kit/broken" (case default, on js): "loss" is 1.2541754245758057 and the reference gives 1.241757867692875. Fix: correct the one that is wrong.',
  'loss, reference: comes without a reference':
    'E_CONFORMANCE: reference, loss "kit/broken" (case default, on js): no `reference` is given. Fix: give the loss in plain numbers: its closed form.',
  'loss, absent-rows: counts rows that are absent':
    'E_CONFORMANCE: absent-rows, loss "kit/broken" (case default, on js): "loss" differs by 0.516 between a batch with absent rows and the batch without them. Fix: divide by the number of rows that are present.',
  'loss, parts-add-up: tells half of its loss':
    'E_CONFORMANCE: parts-add-up, loss "kit/broken" (case default, on js): the parts add up to 1.241757869720459 and the loss is 2.241757869720459. Fix: put every term of the loss into `parts`, weighted as it counts.',
  'loss, row-order: weighs rows by their place':
    'E_CONFORMANCE: row-order, loss "kit/broken" (case default, on js): "loss" differs by 0.357 when the rows come in the order 4, 3, 1, 2, 0. Fix: pair rows by subject or place within the batch, not by absolute position.',
  'loss, symmetric: looks at one side more':
    'E_CONFORMANCE: symmetric, loss "kit/broken" (case default, on js): "loss" differs by 0.449 when "a" and "b" are exchanged. Fix: average both directions, or do not declare the symmetry.',
  'loss, pairing: compares each row with the next one':
    'E_CONFORMANCE: pairing, loss "kit/broken" (case default, on js): the loss is 1.8844 for rows that belong together and 1.8844 where "a" is 3 rows on. Fix: compare row i with row i.',
  'loss, limits: misses its limit':
    'E_CONFORMANCE: limits, loss "kit/broken" (case default, on js): at the limit "no scale" the loss is 1.241757869720459, expected is 0. Fix: correct the loss or the limit.',
  'task, accepts: accepts anything':
    'E_CONFORMANCE: accepts, task "kit/broken" (case default): accepts({  }) gives true. Fix: accept exactly the rows that the task can use.',
  'task, encoded-rows: lets rows see each other in encode':
    'E_CONFORMANCE: encoded-rows, task "kit/broken" (case default, on js): "y" differs by 0.317 between rows 2 and 3 of the batch and the same rows as a micro-batch (eval). Fix: move what compares rows to `objective`, and draw with the rows as shape[0].',
  'task, masked-outputs: says that padding is present':
    'E_CONFORMANCE: masked-outputs, task "kit/broken" (case default, on js): "outputs/y" is present in padding rows. Fix: join `present` with that of the batch\'s views or targets.',
  'optimizer, optimizer-state: names state by place':
    'E_CONFORMANCE: optimizer-state, optimizer "kit/broken" (case default): init of two parameters gives v/0 [4], v/1 [], which init of all does not. Fix: name state after its parameter: \'m/a/weight\'.',
  'optimizer, optimizer-update: divides by the size of the gradient':
    'E_CONFORMANCE: optimizer-update, optimizer "kit/broken" (case default, on js): params "a/bias" is NaN at 0 after zero gradients. Fix: bound what is divided by.',
  'optimizer, optimizer-by-name: mixes momenta':
    'E_CONFORMANCE: optimizer-by-name, optimizer "kit/broken" (case default, on js): "b/weight" differs by 0.303 between b/weight alone and among others. Fix: keep state by name, never by place.',
  'optimizer, optimizer-groups: does not look at groups':
    'E_CONFORMANCE: optimizer-groups, optimizer "kit/broken" (case default, on js): "a/weight" differs after an update with the factor 0. Fix: multiply the step by the learning rate and by the parameter\'s factors.',
  'optimizer, optimizer-descends: climbs':
    'E_CONFORMANCE: optimizer-descends, optimizer "kit/broken" (case default, on js): 20 steps do not descend (0.1: 1.087 -> 5.774e+4; 0.01: 1.087 -> 4.614; 0.001: 1.087 -> 1.264). Fix: check the sign of the step.',
  'optimizer, optimizer-reference: differs from its reference':
    'E_CONFORMANCE: optimizer-reference, optimizer "kit/broken" (case default, on js): five steps give 0.3501160, 0.3501160, 0.3301160, 0.3201160, 0.3138660, the reference 0.3451160, 0.3451160, 0.3051160, 0.2851160, 0.2726160. Fix: correct the one that is wrong.',
  'optimizer, compiled-as-eager: counts steps on the host':
    'E_CONFORMANCE: compiled-as-eager, optimizer "kit/broken" (case default, on tf): "a/weight" differs by 0.0362 between compiled and eager. Fix: take the step from `at.step`: a counter on the host is frozen into a trace.',
  'optimizer, no-growth: keeps a tensor at each step':
    'E_CONFORMANCE: no-growth, optimizer "kit/broken" (case default, on js): 200 tensors are left after 50 updates. Fix: do not keep tensors.',
  'optimizer, resume: counts steps on the host':
    'E_CONFORMANCE: resume, optimizer "kit/broken" (case default, on js): "encoders/x/bias" differs between the uninterrupted run and the one interrupted after step 1 of 3. Fix: hold what changes from step to step in params, state or memory, not in the component.',
  'schedule, schedule-rates: divides by the epochs but one':
    'E_CONFORMANCE: schedule-rates, schedule "kit/broken" (case default): the rate at step 0 of 1 epochs of 1 steps is NaN. Fix: guard divisions by lengths that may be 0.',
  'schedule, schedule-memory: remembers in a closure':
    'E_CONFORMANCE: schedule-memory, schedule "kit/broken" (case default): after another stage the rate at step 0 is 0.25, not 1. Fix: keep everything in `memory`, as JSON, and change no memory in place.',
  'schedule, schedule-expected: starts at another rate':
    'E_CONFORMANCE: schedule-expected, schedule "kit/broken" (case default): the rate at step 0 of 1 epochs of 1 is 1, expected is 0.5. Fix: correct the one that is wrong.',
  'cohort, cohort-rows: gives subjects as ids':
    'E_CONFORMANCE: cohort-rows, cohort "kit/broken" (case default): two rows share an id, or one is empty. Fix: make ids that name one record.',
  'cohort, cohort-splits: splits by record':
    'E_CONFORMANCE: cohort-splits, cohort "kit/broken" (case default): subject 0 is in train and in val. Fix: split by subject, not by record.',
  'cohort, cohort-read: lets NaN through':
    'E_CONFORMANCE: cohort-read, cohort "kit/broken" (case default): "x" holds NaN at 0, which is present. Fix: give finite values where present and 0 where absent.',
  'cohort, cohort-pure: hands out what it keeps':
    'E_CONFORMANCE: cohort-pure, cohort "kit/broken" (case default): "x" differs: after a caller changed what it had read. Fix: give arrays away: copy what is kept.',
  'cohort, cohort-pure: reads rows in its own order':
    'E_CONFORMANCE: cohort-pure, cohort "kit/broken" (case default): "x" differs: rows in another order. Fix: make `read` a pure function of row and options.',
  'cohort, cohort-digest: counts into its digest':
    'E_CONFORMANCE: cohort-digest, cohort "kit/broken" (case default): two of the same options have different digests. Fix: hash what the rows are made of: no times, no random numbers.',
  'cohort, cohort-specs: labels one lead of two':
    'E_CONFORMANCE: cohort-specs, cohort "kit/broken" (case default): the view "x" has the shape [2, 3] and the axes lead (1 labels), time. Fix: describe every axis, with as many labels as it has positions.',
  'cohort, cohort-errors: leaves unknown names out':
    'E_CONFORMANCE: cohort-errors, cohort "kit/broken" (case default): reading an unknown name gives no error. Fix: throw a coded error that says what there is.',
  'reader, reader-recognises: takes every file':
    'E_CONFORMANCE: reader-recognises, reader "kit/broken" (case default): it takes notes.txt with the content "". Fix: look at the name or the first bytes.',
  'reader, reader-reads: lets NaN through':
    'E_CONFORMANCE: reader-reads, reader "kit/broken" (case default): a.ramp holds values that are not finite. Fix: repair and flag them, or refuse the record.',
  'reader, reader-damaged: believes the count in the file':
    'E_CONFORMANCE: reader-damaged, reader "kit/broken" (case default): a.ramp with 42 bytes more at 2 (case 8, seed 0) was read as 0 values for the shape [NaN], or as values that are not finite. Fix: refuse what is not whole, or repair and flag it.',
  'reader, reader-damaged: lets an error of Node through':
    'E_CONFORMANCE: reader-damaged, reader "kit/broken" (case default): a file that is not there gives Error: ENOENT: no such file or directory, open <folder>/no-such-file/a.ramp\'. Fix: throw a coded error that names it.',
  'transform, transform-output: works in place':
    'E_CONFORMANCE: transform-output, transform "kit/broken" (case default): it changes its input row. Fix: write into a new array.',
  'transform, transform-finite: divides by the largest value':
    'E_CONFORMANCE: transform-finite, transform "kit/broken" (case default): the row "zeros" gives NaN at 0. Fix: bound what is divided by.',
  'transform, transform-seeded: counts rows':
    'E_CONFORMANCE: transform-seeded, transform "kit/broken" (case default): the same row and stream give another row after another row. Fix: draw from `random` alone and keep nothing between rows.',
  'transform, transform-fitted: fits into a closure':
    'E_CONFORMANCE: transform-fitted, transform "kit/broken" (case default): fitted values do something else after JSON, or in a fresh one. Fix: give plain lists and numbers, and hold nothing in the transform.',
  'transform, apply-touches-nothing: asks Math.random':
    'E_CONFORMANCE: apply-touches-nothing, transform "kit/broken" (case default): `apply` uses Math.random. Fix: take randomness, time and places from what the component is given.',
  'metric, metric-values: gives a number that is none':
    'E_CONFORMANCE: metric-values, metric "kit/broken" (case default): "mse" is NaN. Fix: give { undefinedBecause } where there is no number.',
  'metric, metric-batches: takes the mean of the means of batches':
    'E_CONFORMANCE: metric-batches, metric "kit/broken" (case default): "mse" is 0.07119519864819068 and 0.07014483582431075 for the same rows in two batches. Fix: gather over all batches.',
  'metric, metric-absent: counts rows that are absent':
    'E_CONFORMANCE: metric-absent, metric "kit/broken" (case default): "mse" is 0.04859305322855123 and 0.07119519864819068 without four rows and with these rows absent. Fix: look at `present`.',
  'metric, metric-pure: scales what it is given':
    'E_CONFORMANCE: metric-pure, metric "kit/broken" (case default): it changes the outputs that it is given. Fix: write into new arrays.',
  'metric, metric-reference: differs from its reference':
    'E_CONFORMANCE: metric-reference, metric "kit/broken" (case default): "mse" is 0.09834021358683505 and the reference gives 0.1966804271736701. Fix: correct the one that is wrong.',
  'target set, target-set-columns: has a standard deviation of its own':
    'E_CONFORMANCE: target-set-columns, target-set "kit/broken" (case default): "BMI" has the std 5, its column has 4. Fix: take a column\'s description over as it is.',
  'target set, target-set-pure: follows the order of the cohort':
    'E_CONFORMANCE: target-set-pure, target-set "kit/broken" (case default): the set changes with the order of the cohort\'s targets. Fix: order columns by the options, or by name.',
  'target set, target-set-errors: throws an error without a code':
    'E_CONFORMANCE: target-set-errors, target-set "kit/broken" (case default): a cohort without targets gives DualbeatError: E_COMPONENT_CREATE: target-set "kit/broken": the plugin broken 0.0.0 failed to make it (LVEF?). Fix: check the options; if they are right, this is a fault of the plugin. Fix: throw a coded error that names what is missing.',
  'callback, callback-results: remembers a typed array':
    'E_CONFORMANCE: callback-results, callback "kit/broken" (case default): its memory changes through JSON (typed arrays, NaN, undefined). Fix: remember plain lists and numbers.',
  'callback, callback-memory: remembers in a closure':
    'E_CONFORMANCE: callback-memory, callback "kit/broken" (case default): a second stage gets other answers than the first. Fix: keep what is remembered in `memory`.',
  'callback, callback-touches-nothing: asks the clock':
    'E_CONFORMANCE: callback-touches-nothing, callback "kit/broken" (case default): `on` uses Date.now. Fix: take randomness, time and places from what the component is given.',
  'figure, figure-files: draws with a script':
    'E_CONFORMANCE: figure-files, figure "kit/broken" (case default): "square" holds "<script". Fix: draw without scripts and without anything from elsewhere.',
  'figure, figure-pure: counts its drawings':
    'E_CONFORMANCE: figure-pure, figure "kit/broken" (case default): a second time it draws something else. Fix: use no clock and no chance.',
  'launcher, launcher-runs: loses stderr':
    'E_CONFORMANCE: launcher-runs, launcher "kit/broken" (case default): the log lacks "err": "out runs <folder>/work\\n". Fix: run in `cwd` with `env`, and send stdout and stderr to `log`.',
  'launcher, launcher-signals: tells a signal as success':
    'E_CONFORMANCE: launcher-signals, launcher "kit/broken" (case default): a process that SIGKILL ended is told as {"state":"ended","exitCode":0}. Fix: tell { exitCode: null, signal: \'SIGKILL\' }.',
  'launcher, launcher-cancels: kills at once':
    'E_CONFORMANCE: launcher-cancels, launcher "kit/broken" (case default): a cancelled job that saves and exits with 143 is told as {"state":"ended","exitCode":null,"signal":"SIGKILL"}. Fix: send SIGTERM and wait: the job decides when it is done.',
  'launcher, launcher-handles: remembers jobs in memory':
    'E_CONFORMANCE: launcher-handles, launcher "kit/broken" (case default): another launcher is told {"state":"lost","reason":"not one of mine"} of a job that exits with 3. Fix: keep what `poll` needs in the handle and on disk, and give handles in the order of the jobs.',
  'launcher, launcher-errors: tells a command that is not there as success':
    'E_CONFORMANCE: launcher-errors, launcher "kit/broken" (case default): a command that is not there is told as {"state":"ended","exitCode":0}. Fix: tell that it did not run.',
  'search, search-points: does not round integers':
    'E_CONFORMANCE: search-points, search "kit/broken" (case default): depth = 2.7866782546043396 is outside its axis. Fix: stay within the bounds, round integers, and take values as they are.',
  'search, search-used-up: repeats points':
    'E_CONFORMANCE: search-used-up, search "kit/broken" (case default): 19 of 30 points are there twice. Fix: leave out what is in `done`.',
  'search, search-pure: counts its calls':
    'E_CONFORMANCE: search-pure, search "kit/broken" (case default): a second search with the same one gives other points. Fix: hold nothing between calls, and draw from `random` alone.',
  'tracker, tracker-sends: sends when it is closed':
    'E_CONFORMANCE: tracker-sends, tracker "kit/broken" (case default): nothing new is visible after the first lines. Fix: resolve when the lines can be seen.',
  'tracker, tracker-idempotent: sends all again':
    'E_CONFORMANCE: tracker-idempotent, tracker "kit/broken" (case default): sent twice, ...us\\":\\"finished\\"}\\n{\\"seq\\":0,\\"time\\":\\"2026-01-01T00:00:0... is visible where once it is ...us\\":\\"finished\\"}\\n"... Fix: find out what is there already (by `seq`), and send the rest.',
  'tracker, tracker-down: throws an error without a code':
    'E_CONFORMANCE: tracker-down, tracker "kit/broken" (case default): it gives Error: ECONNREFUSED. Fix: throw a coded error, so that the caller can try again later.',
};
