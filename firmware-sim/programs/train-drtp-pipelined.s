; Application note: layer-wise pipelined training by DRTP.
;
; Works in slots. In one slot each layer does one thing for one sample: its forward pass, or feedback and update. A layer
; goes forward in the slot after the layer below did, and learns in the slot after its own forward pass; layer 1 takes a
; new sample in every second slot. A slot ends when all cores are idle. Weights are those of train-drtp.s. A layer gets the
; events of a sample while it learns from the sample before: event buffers must hold both. The layers that go forward are
; bits of one word, so at most 32 layers can be mapped: `trap 1` otherwise.
;
; Registers: r1 layer, r2 bank offset, r3 cores, r4 end of the bank offsets, r5 layer count k, r6 event lines,
; r7–r9 scratch, r12 command register, r13 its bank, r14 return address.
; r10 layers that go forward in this slot (bit layer − 1), r11 those that learn.

    ld   r5, LAYER_COUNT
    li   r7, 33
    bltu r5, r7, few_enough
    trap 1
few_enough:
    li   r7, RULE_DRTP
    st   r7, RULE
    li   r7, LEARNING_TRAIN
    st   r7, LEARNING
    ld   r4, BANK_COUNT
    add  r4, r4, r4
    add  r4, r4, r4             ; behind the last bank: offsets run 0, 4, …, r4 − 4
    li   r10, 0

; The next slot: layers that went forward learn, the layers above them go forward.
next_slot:
    add  r11, r10, r0
    li   r7, 1
    shl  r10, r10, r7
    li   r7, 32
    sub  r7, r7, r5
    shl  r10, r10, r7           ; drops the layer above layer k
    shr  r10, r10, r7
    li   r7, 1
    and  r8, r11, r7
    bne  r8, r0, run_slot       ; layer 1 learns: it takes no sample
    ld   r6, EVENTS
    or   r8, r10, r11
    bne  r8, r0, look           ; samples in flight move on, whether a new one is there or not
    wait r6, EVENT_INPUT | EVENT_EPOCH | EVENT_END
look:
    li   r7, EVENT_INPUT
    and  r7, r6, r7
    beq  r7, r0, no_sample
    wait r7, EVENT_LABEL
    li   r7, 1
    or   r10, r10, r7
    jmp  run_slot
no_sample:
    bne  r8, r0, run_slot
    li   r7, EVENT_EPOCH        ; nothing in flight: the epoch or the stream ends
    and  r7, r6, r7
    beq  r7, r0, done
    li   r7, 1
    st   r7, EPOCH_END
    jmp  next_slot
done:
    halt

; One slot, from layer k down.
run_slot:
    add  r1, r5, r0
slot_layer:
    st   r1, LAYER_SELECT
    addi r7, r1, -1
    shr  r8, r11, r7
    shr  r7, r10, r7
    li   r9, 1
    and  r8, r8, r9
    and  r7, r7, r9
    beq  r8, r0, no_learning
    li   r12, START_FEEDBACK
    jal  r14, start_layer
    li   r12, START_UPDATE
    jal  r14, start_layer
no_learning:
    beq  r7, r0, no_forward
    li   r12, START_FORWARD
    jal  r14, start_layer
no_forward:
    loop r1, slot_layer
    wait r7, EVENT_ALL_IDLE
    li   r7, 1
    and  r8, r10, r7
    beq  r8, r0, next_slot
    count                       ; layer 1 has finished its sample
    st   r7, INPUT_ACK
    jmp  next_slot

; Starts the command whose register r12 addresses on all cores of the selected layer. Returns to r14; uses r2, r3, r13.
start_layer:
    li   r2, 0
start_bank:
    ld   r3, LAYER_CORES(r2)
    add  r13, r12, r2
    st   r3, 0(r13)
    addi r2, r2, 4
    bltu r2, r4, start_bank
    jr   r14
