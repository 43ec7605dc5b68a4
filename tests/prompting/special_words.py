"""Words that some model's chat template or tokenizer gives a meaning of their own, by family."""

from __future__ import annotations

FAMILIES: dict[str, tuple[str, ...]] = {
    "ChatML": ("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_sep|>"),
    "Llama 2": ("[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "<s>", "</s>", "<unk>"),
    "CodeLlama": ("<PRE>", "<SUF>", "<MID>", "<EOT>", "<FILL_ME>"),
    "Llama 3": ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
    "Gemma": ("<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>", "<unused7>"),
    "Gemma 4": ("<|turn>", "<turn|>", "<|channel>", "<channel|>"),
    "Phi": ("<|user|>", "<|assistant|>", "<|system|>", "<|end|>"),
    "Mistral": ("[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CALLS]", "[/TOOL_RESULTS]"),
    "Magistral": ("[THINK]", "[/THINK]", "[ARGS]", "<SPECIAL_20>"),
    "DeepSeek": ("<｜begin▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>", "<｜fim▁hole｜>"),
    "R1, Qwen3": ("<think>", "</think>", "<tool_call>", "</tool_response>"),
    "gpt-oss": ("<|start|>", "<|channel|>", "<|message|>", "<|return|>"),
    "Granite": ("<|start_of_role|>", "<|end_of_role|>", "<|end_of_text|>"),
    "Command R": ("<|START_OF_TURN_TOKEN|>", "<|USER_TOKEN|>", "<BOS_TOKEN>"),
    "GLM": ("[gMASK]", "<sop>", "<|observation|>"),
    "EXAONE": ("[|user|]", "[|endofturn|]", "[|assistant|]"),
    "MiniMax": ("]~!b[", "]~b]", "[e~["),
    "Seed": ("<seed:bos>", "<seed:tool_call>"),
    "FIM": ("<|fim_prefix|>", "<fim_prefix>", "<fim_suffix>", "<|fim_middle|>"),
    "StarCoder, SmolLM": ("<repo_name>", "<reponame>", "<file_sep>", "<filename>", "<gh_stars>",
                          "<issue_start>", "<issue_comment>", "<issue_closed>", "<jupyter_start>",
                          "<jupyter_text>", "<jupyter_code>", "<jupyter_output>",
                          "<jupyter_script>", "<empty_output>", "<commit_msg>"),
}  # fmt: skip
WORDS = tuple(word for words in FAMILIES.values() for word in words)
