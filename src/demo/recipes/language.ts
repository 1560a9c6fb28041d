/** Language models: one diverges, one is long, one logs much, one never begins. */
import { bold, cyan, green, red, short, yellow } from '../console-text.ts';
import { approach, explode, type Noise, schedule } from '../curves.ts';
import type { Metrics, Recipe } from '../recipe.ts';

export const DIVERGED: Recipe = {
  path: 'nlp/llama/sft',
  run: { alias: 'diverged', tags: ['sft', '中文'], status: 'failed', hoursAgo: 20 },
  config: { optimizer: 'adamw', lr: 0.003, sequence_length: 4096, dataset: '中文指令' },
  sessions: [[1, 1200]],
  curves: (step, noise) => ({
    loss: explode(step, approach(step, 3.3, 0.4, 350) + noise(0.08)),
    tokens: step * 524_288,
    tokens_per_second: 42_500 + noise(600),
  }),
  output: {
    opening: [bold('指令微调：中文指令，80 亿参数'), `${cyan('信息')} 学习率 0.003，序列长度 4096`],
    progress: { every: 50, line: (step, { loss }) => `步骤 ${step}: 损失 ${short(loss)}` },
    remarks: {
      1040: `${yellow('警告')} 损失连续四十步上升，学习率可能过高`,
      1151: `${yellow('警告')} 损失溢出为无穷大`,
    },
    lastWords: red('损失不再是数字，训练停止'),
  },
};

const SPIKES = 41_234;

export const LONG: Recipe = {
  path: 'nlp/gpt2/pretrain',
  run: { alias: '200k steps', tags: ['pretrain'], status: 'finished', hoursAgo: 72 },
  config: { optimizer: 'adamw', lr: 0.0006, batch_size: 480, layers: 12, heads: 12, width: 768 },
  sessions: [[1, 200_000]],
  curves: (step, noise) => ({
    'train/loss': approach(step, 6, 3, 22_000) + approach(step, 5, 0, 900) + noise(0.06),
    lr: schedule(step, 0.0006, 2000, 200_000),
    grad_norm: approach(step, 2.4, 0.4, 3000) + noise(0.1) + (step % SPIKES === 0 ? 9 : 0),
  }),
  validation: {
    every: 2000,
    curves: (step, noise) => ({ 'val/loss': approach(step, 6.1, 3.08, 21_000) + noise(0.02) }),
  },
  best: { name: 'val/loss', mode: 'min' },
  summary: { final_loss: 'val/loss' },
  output: {
    opening: [bold('GPT-2, 124 M parameters, 8 GPUs'), `${cyan('INFO')} compiling the model...`],
    progress: {
      every: 50,
      line: (step, metrics) =>
        step % 2000 === 0
          ? `${green(`iter ${step}`)}: ${bold(`val_loss ${short(metrics['val/loss'])}`)}, saved out/ckpt.pt`
          : `iter ${step}: loss ${short(metrics['train/loss'])} grad_norm ${short(metrics.grad_norm)}`,
    },
    remarks: Object.fromEntries(
      [1, 2, 3, 4].map((nth) => [nth * SPIKES, `${yellow('WARNING')} gradient norm above 8 at step ${nth * SPIKES}`]),
    ),
    lastWords: 'saved out/final.pt',
  },
};

const [LAYERS, GPUS] = [24, 8];

/** Of each of so many parts of a model or a machine, numbered from `00`, what `tell` says. */
function ofEach(kind: string, count: number, tell: (part: number) => Metrics): Metrics {
  const parts = Array.from({ length: count }, (_, part) => {
    const place = `${kind}/${String(part).padStart(2, '0')}`;
    return Object.entries(tell(part)).map(([name, value]) => [`${place}/${name}`, value] as const);
  });
  return Object.fromEntries(parts.flat());
}

/** 120 metrics a step. */
function gauges(step: number, noise: Noise): Metrics {
  const loss = approach(step, 10.8, 3.4, 120) + noise(0.08);
  const tokens = 1_050_000 + noise(30_000);
  return {
    'train/loss': loss,
    'train/perplexity': Math.exp(loss),
    'train/grad_norm': approach(step, 4, 0.6, 90) * (1 + noise(0.3)),
    'train/tokens': step * 4_194_304,
    'optim/lr': schedule(step, 0.0003, 60, 600),
    'optim/loss_scale': 2 ** (13 + Math.floor(step / 150)),
    'optim/clipped_share': approach(step, 0.9, 0.05, 80) * (1 + noise(0.2)),
    ...ofEach('layers', LAYERS, (layer) => ({
      grad_norm: approach(step, 1.2, 0.1, 90 + 4 * layer) * (1 + layer / LAYERS + noise(0.3)),
      activation_rms: approach(step, 1, 1 + layer / 6, 150) + noise(0.05),
      attention_entropy: approach(step, 5.2, 5 - layer / 8, 200) + noise(0.08),
    })),
    ...ofEach('gpu', GPUS, (gpu) => ({
      utilization: 0.96 + noise(0.02),
      memory_gb: 71 + gpu / 10,
      temperature: approach(step, 38, 66 + gpu, 60) + noise(1),
      power_w: 640 + noise(30),
    })),
    'data/tokens_per_second': tokens,
    'data/wait_ms': step % 97 === 0 ? 900 : 4 + noise(2),
    'data/padding_share': 0.03 + noise(0.01),
    'data/documents': Math.floor(step * 3120.5),
    'data/queue': Math.round(64 + noise(20)),
    'data/chinese_share': 0.31 + noise(0.04),
    'data/code_share': 0.17 + noise(0.03),
    'data/shard': Math.floor(step / 40),
    'data/epoch_share': step / 9000,
    epoch: step / 9000,
    stage: step <= 60 ? 'warmup' : 'train',
  };
}

export const MANY_METRICS: Recipe = {
  path: 'nlp/llama/7b/pretrain',
  run: { alias: '120 metrics', tags: ['pretrain', 'multi-node'], status: 'interrupted', hoursAgo: 50 },
  config: {
    model: { layers: LAYERS, width: 4096, heads: 32, vocabulary: 64_000 },
    optimizer: { name: 'adamw', lr: 0.0003, betas: [0.9, 0.95] },
    parallel: { data: GPUS, tensor: 1 },
    batch_size: 1024,
  },
  sessions: [[1, 400]],
  curves: gauges,
  best: { name: 'train/loss', mode: 'min' },
  output: {
    opening: [bold(`7B, ${GPUS} GPUs`), ...Array.from({ length: GPUS }, (_, gpu) => `rank ${gpu}: NCCL 2.21 ready`)],
    progress: {
      every: 1,
      line: (step, metrics) =>
        `step ${step} loss ${short(metrics['train/loss'])} wait ${short(metrics['data/wait_ms'])} ms`,
    },
    remarks: { 97: `${yellow('WARNING')} rank 3 waited 900 ms for data` },
    lastWords: `${yellow('WARNING')} preempted by a job of higher priority`,
  },
};

/** Nothing of it but a log. */
export const NEVER_BEGAN: Recipe = {
  path: 'nlp/llama/dpo',
  run: { tags: ['中文'], status: 'failed', hoursAgo: 19 },
  config: { optimizer: 'adamw', lr: 0.000005, beta: 0.1, start_from: 'nlp/llama/sft' },
  sessions: [],
  curves: () => ({}),
  output: {
    opening: [`${cyan('INFO')} loading checkpoints/sft/final.pt`],
    lastWords: `${red('Traceback (most recent call last):')}
  File "dpo.py", line 31, in <module>
    policy.load_state_dict(torch.load(args.start_from))
FileNotFoundError: [Errno 2] No such file or directory: 'checkpoints/sft/final.pt'`,
  },
};
