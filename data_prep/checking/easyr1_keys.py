"""The settings that EasyR1 knows (its configuration classes at commit b44b311).

Kept here so that a recipe can be checked on a machine without EasyR1; with `--easyr1 DIR` the
classes themselves are asked.
"""


def _below(group: str, names: str) -> frozenset[str]:
    return frozenset(f"{group}.{name}" for name in names.split())


_MODEL = (
    "model_path tokenizer_path override_config enable_gradient_checkpointing trust_remote_code "
    "freeze_vision_tower lora.rank lora.alpha lora.target_modules lora.exclude_modules"
)
_OPTIM = (
    "lr betas weight_decay strategy lr_warmup_ratio lr_warmup_steps min_lr_ratio lr_scheduler_type"
)
_FSDP = (
    "enable_full_shard enable_cpu_offload enable_rank0_init use_orig_params torch_dtype fsdp_size "
    "mp_param_dtype mp_reduce_dtype mp_buffer_dtype"
)
_OFFLOAD = "offload_params offload_optimizer"
_TRAINED = (
    "strategy global_batch_size micro_batch_size_per_device_for_update "
    "micro_batch_size_per_device_for_experience max_grad_norm loss_avg_mode ppo_epochs "
    "padding_free dynamic_batching ulysses_size"
)

KEYS: frozenset[str] = (
    _below(
        "data",
        "train_files val_files prompt_key answer_key image_key video_key image_dir video_fps "
        "max_prompt_length max_response_length rollout_batch_size mini_rollout_batch_size "
        "val_batch_size format_prompt override_chat_template shuffle seed min_pixels max_pixels "
        "filter_overlong_prompts filter_overlong_prompts_workers",
    )
    | _below(
        "algorithm",
        "gamma lam adv_estimator disable_kl use_kl_loss kl_penalty kl_coef kl_type kl_horizon "
        "kl_target online_filtering filter_key filter_low filter_high",
    )
    | _below("worker", "hybrid_engine")
    | _below("worker.actor", _TRAINED)
    | _below(
        "worker.actor",
        "clip_ratio_low clip_ratio_high clip_ratio_dual loss_type use_torch_compile tau_positive "
        "tau_negative",
    )
    | _below("worker.critic", _TRAINED)
    | _below("worker.critic", "cliprange_value")
    | _below("worker.ref", "strategy")
    | _below(
        "worker.rollout",
        "name n temperature top_p top_k seed limit_images dtype gpu_memory_utilization ignore_eos "
        "enforce_eager enable_chunked_prefill tensor_parallel_size max_model_len "
        "max_num_batched_tokens disable_log_stats disable_tqdm val_override_config",
    )
    | _below("worker.reward", "reward_function reward_function_kwargs skip_special_tokens num_cpus")
    | _below(
        "trainer",
        "total_epochs max_steps project_name experiment_name logger nnodes n_gpus_per_node "
        "max_try_make_batch critic_warmup val_freq val_before_train val_only "
        "val_generations_to_log save_freq save_limit save_model_only save_checkpoint_path "
        "load_checkpoint_path ray_timeline find_last_checkpoint",
    )
    | frozenset().union(
        *(
            _below(f"worker.{role}.{group}", names)
            for role in ("actor", "critic")
            for group, names in (("model", _MODEL), ("optim", _OPTIM))
        ),
        *(
            _below(f"worker.{role}.{group}", names)
            for role in ("actor", "critic", "ref")
            for group, names in (("fsdp", _FSDP), ("offload", _OFFLOAD))
        ),
    )
)
# Settings whose value is a mapping of the user's own.
OPEN = frozenset(
    {
        "worker.rollout.val_override_config",
        "worker.reward.reward_function_kwargs",
        "worker.actor.model.override_config",
        "worker.critic.model.override_config",
    }
)
# What older versions and forks called it, and what to write today.
FORMER = {
    "trainer.total_episodes": "trainer.total_epochs",
    "trainer.remove_previous_ckpt": "trainer.save_limit",
    "trainer.remove_ckpt_after_load": "trainer.save_limit",
    "worker.actor.entropy_coeff": "nothing: there is no entropy bonus any more",
    "worker.actor.kl_loss_coef": "algorithm.kl_coef",
    "worker.actor.kl_loss_type": "algorithm.kl_penalty",
    "worker.actor.ulysses_sequence_parallel_size": "worker.actor.ulysses_size",
    "worker.reward.reward_type": "worker.reward.reward_function: reward_fns/easyr1.py:score",
    "worker.reward.compute_score": "worker.reward.reward_function: reward_fns/easyr1.py:score",
    "data.system_prompt": "data.format_prompt: recipes/grpo/reasoning.jinja",
}
# Accepted there, and overwritten from `algorithm` without a word.
OVERWRITTEN = {
    f"worker.actor.{name}": f"algorithm.{name}"
    for name in ("disable_kl", "use_kl_loss", "kl_penalty", "kl_coef")
}
ESTIMATORS = ("grpo", "gae", "grpo_passk", "reinforce_plus_plus", "remax", "rloo")
