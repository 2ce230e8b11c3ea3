// Test bench of the learning engine against the golden vectors of one layer (docs/spec.md 11):
//
//   iverilog -g2012 -o layer1.vvp OUT/layer1/layer_parameters.v learning_engine.v tb_learning_engine.v
//   vvp layer1.vvp +vectors=OUT/layer1
//
// The bench is the memories around the engine. It shows every sample, compares dz and g after each, then every word of
// the learned memories and every generator state, and ends with one line, PASS or FAIL; vvp then exits with 0 or 1.

`timescale 1ns / 1ps

module tb_learning_engine;
  import layer_parameters::*;

  localparam integer SYNAPSE_WORDS = INPUTS * ((NEURONS + WEIGHTS_PER_WORD - 1) / WEIGHTS_PER_WORD);
  localparam integer BIAS_WORDS = (NEURONS + BIASES_PER_WORD - 1) / BIASES_PER_WORD;
  localparam integer FEEDBACK_WORDS = CLASSES * ((NEURONS + FEEDBACKS_PER_WORD - 1) / FEEDBACKS_PER_WORD);
  localparam integer NEURON_WORDS = (NEURONS + OUTPUTS_PER_WORD - 1) / OUTPUTS_PER_WORD;
  localparam integer SCALED_BITS = RATE_IS_SHIFT ? DELTA_BITS : UPDATE_BITS;
  // No sample takes longer: every word is read, changed and written in less.
  localparam integer CYCLES_PER_ROW = 16 + 4 * NEURONS;

  logic [SYNAPSE_WORD_BITS-1:0] synapses [0:SYNAPSE_WORDS-1];
  logic [SYNAPSE_WORD_BITS-1:0] expected_synapses [0:SYNAPSE_WORDS-1];
  logic [BIAS_WORD_BITS-1:0] biases [0:BIAS_WORDS-1];
  logic [BIAS_WORD_BITS-1:0] expected_biases [0:BIAS_WORDS-1];
  logic [FEEDBACK_WORD_BITS-1:0] feedback [0:FEEDBACK_WORDS-1];
  logic [NEURON_WORD_BITS-1:0] outputs [0:SAMPLES*NEURON_WORDS-1];
  logic [EVENT_WORD_BITS-1:0] events [0:(EVENTS > 0 ? EVENTS : 1)-1];
  logic [31:0] event_starts [0:SAMPLES];
  logic [31:0] labels [0:SAMPLES-1];
  logic [LFSR_BITS-1:0] seeds [0:LANES-1];
  logic [LFSR_BITS-1:0] expected_lanes [0:LANES-1];
  logic [DELTA_BITS-1:0] expected_delta_z [0:SAMPLES*NEURONS-1];
  logic [SCALED_BITS-1:0] expected_scaled [0:SAMPLES*NEURONS-1];

  logic clock = 0;
  logic reset = 1;
  logic start = 0;
  logic done;
  logic seed_write = 0;
  logic [31:0] seed_lane = 0;
  logic [LFSR_BITS-1:0] seed = '0;
  logic [31:0] label = 0, first_output = 0, first_event = 0, event_count = 0;
  logic [31:0] neuron_address, feedback_address, event_address, synapse_address, bias_address;
  logic [NEURON_WORD_BITS-1:0] neuron_word;
  logic [FEEDBACK_WORD_BITS-1:0] feedback_word;
  logic [EVENT_WORD_BITS-1:0] event_word;
  logic [SYNAPSE_WORD_BITS-1:0] synapse_word, synapse_new_word;
  logic [BIAS_WORD_BITS-1:0] bias_word, bias_new_word;
  logic synapse_write, bias_write;

  learning_engine dut (.*);

  always #5 clock = ~clock;

  // The memories: one clock from address to word.
  always @(posedge clock) begin
    neuron_word <= outputs[neuron_address];
    feedback_word <= feedback[feedback_address];
    event_word <= events[event_address];
    synapse_word <= synapses[synapse_address];
    bias_word <= biases[bias_address];
    if (synapse_write) synapses[synapse_address] <= synapse_new_word;
    if (bias_write) biases[bias_address] <= bias_new_word;
  end

  string folder;
  integer mismatches = 0;
  integer compared = 0;

  // Counts a comparison; x in either of them, as of a file that is missing, is a mismatch. The first ten are shown.
  task automatic compare(
    input string what, input integer index, input logic [1023:0] found, input logic [1023:0] expected
  );
    compared = compared + 1;
    if (found !== expected || (^expected) === 1'bx) begin
      mismatches = mismatches + 1;
      if (mismatches <= 10) $display("%s %0d is %0h, expected %0h", what, index, found, expected);
    end
  endtask

  task automatic finish_with(input integer code);
`ifdef __ICARUS__
    $finish_and_return(code);
`else
    $finish;
`endif
  endtask

  task automatic load;
    $readmemh({folder, "/synapses.initial.hex"}, synapses);
    $readmemh({folder, "/synapses.expected.hex"}, expected_synapses);
    $readmemh({folder, "/bias.initial.hex"}, biases);
    $readmemh({folder, "/bias.expected.hex"}, expected_biases);
    $readmemh({folder, "/lanes.initial.hex"}, seeds);
    $readmemh({folder, "/lanes.expected.hex"}, expected_lanes);
    if (ERROR_SOURCE == 1) $readmemh({folder, "/feedback.hex"}, feedback);
    if (EVENTS > 0) $readmemh({folder, "/events.hex"}, events);
    $readmemh({folder, "/event-starts.hex"}, event_starts);
    $readmemh({folder, "/outputs.hex"}, outputs);
    $readmemh({folder, "/../labels.hex"}, labels);
    $readmemh({folder, "/delta-z.hex"}, expected_delta_z);
    $readmemh({folder, "/scaled.hex"}, expected_scaled);
  endtask

  task automatic write_seeds;
    for (int lane = 0; lane < LANES; lane++) begin
      seed_write <= 1;
      seed_lane <= lane;
      seed <= seeds[lane];
      @(posedge clock);
    end
    seed_write <= 0;
    reset <= 0;
  endtask

  // Shows one sample and waits, with a bound, until the engine has learned from it.
  task automatic learn(input integer sample, output logic in_time);
    integer cycles;
    label <= labels[sample];
    first_output <= sample * NEURON_WORDS;
    first_event <= event_starts[sample];
    event_count <= event_starts[sample + 1] - event_starts[sample];
    start <= 1;
    @(posedge clock);
    start <= 0;
    cycles = 0;
    in_time = 1;
    while (done !== 1 && in_time) begin
      @(negedge clock);
      cycles = cycles + 1;
      in_time = cycles < (event_count + 4) * CYCLES_PER_ROW;
    end
    @(posedge clock);
    for (int neuron = 0; neuron < NEURONS; neuron++) begin
      compare("dz of neuron", neuron, dut.delta_z[neuron][DELTA_BITS-1:0], expected_delta_z[sample*NEURONS + neuron]);
      compare("g of neuron", neuron, dut.scaled[neuron][SCALED_BITS-1:0], expected_scaled[sample*NEURONS + neuron]);
    end
  endtask

  initial begin
    logic in_time;
    integer sample;
    if (!$value$plusargs("vectors=%s", folder)) begin
      $display("FAIL: +vectors=FOLDER is missing; give the folder of the layer, such as +vectors=OUT/layer1");
      finish_with(1);
    end else if (ERROR_SOURCE < 1 || ERROR_SOURCE > 3) begin
      $display("FAIL: layer %0d has error source %0d; this engine knows 1 (drtp), 2 and 3 (output layer)", LAYER, ERROR_SOURCE);
      finish_with(1);
    end else begin
      load;
      write_seeds;
      in_time = 1;
      for (sample = 0; sample < SAMPLES && in_time; sample = sample + 1) learn(sample, in_time);
      for (int word = 0; word < SYNAPSE_WORDS; word++) compare("synapse word", word, synapses[word], expected_synapses[word]);
      for (int word = 0; word < BIAS_WORDS; word++) compare("bias word", word, biases[word], expected_biases[word]);
      for (int lane = 0; lane < LANES; lane++) compare("generator", lane, dut.lanes[lane], expected_lanes[lane]);
      if (!in_time) $display("FAIL: layer %0d, sample %0d was not learned within its bound of cycles", LAYER, sample - 1);
      else if (mismatches > 0) $display("FAIL: layer %0d, %0d of %0d comparisons differ", LAYER, mismatches, compared);
      else $display("PASS: layer %0d, %0d samples, %0d comparisons", LAYER, SAMPLES, compared);
      finish_with(in_time && mismatches == 0 ? 0 : 1);
    end
  end
endmodule
